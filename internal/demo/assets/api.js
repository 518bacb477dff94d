// What the page asks the server, and the stream of what happens.

export async function post(call, body) {
  const form = body instanceof FormData;
  const response = await fetch(`/api/${call}`, {
    method: "POST",
    headers: form ? {} : { "Content-Type": "application/json" },
    body: form ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

// listen keeps one stream open for all people: the browser reconnects by
// itself after a cut, and we do after an answer that is no stream.
export function listen(users, onFrame, onOnline) {
  const query = users.map((id) => `user=${id}`).join("&");
  const open = () => {
    const source = new EventSource(`/events?${query}`);
    source.onopen = () => onOnline(true);
    source.onmessage = (event) => onFrame(JSON.parse(event.data));
    source.onerror = () => {
      onOnline(false);
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, 1500);
    };
  };
  open();
}

export const fileURL = (user, file) => `/file/${user}/${encodeURIComponent(file.fileId)}`;
