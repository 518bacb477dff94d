package redisstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
	"zuji/internal/session"
)

// certificate is for 127.0.0.1 and signed by itself. A process has one, because
// Go reads SSL_CERT_FILE once.
var certificate = sync.OnceValue(func() (pair [2][]byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	pair[0] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	pair[1] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return pair
})

func TestTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pair := certificate()
	if err := errors.Join(os.WriteFile(cert, pair[0], 0o600), os.WriteFile(key, pair[1], 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", cert)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	r := redistest.Start(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no")

	s := open(t, "rediss://127.0.0.1:"+port, redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	wants(t, open(t, r.URL(), redisstore.Options{Timeout: patient}), 1, 1, "a")

	name := open(t, "rediss://localhost:"+port, redisstore.Options{Timeout: patient})
	if _, err := name.Load(t.Context(), 1); !errors.Is(err, session.ErrUnavailable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a host that the certificate does not name gives %v", err)
	}
	plain := open(t, "redis://127.0.0.1:"+port, redisstore.Options{Timeout: patient})
	if _, err := plain.Load(t.Context(), 1); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("without TLS Load gives %v", err)
	}
}
