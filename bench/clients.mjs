// How each contestant is set up: from the agent's base url to functions that get a task, and that read the stream which
// the agent sends for a word, and count its events.

/** This package as users have it: the built one. */
async function ours(base, path) {
  const { A2AClient } = await import(path);
  const client = new A2AClient(base);
  return {
    getTask: id => client.getTask(id),
    readStream: word => count(client.streamMessage(word)),
  };
}

/** The official client, held to JSON-RPC; the card offers nothing but A2A 1.0. */
async function official(base) {
  const { ClientFactory, JsonRpcTransportFactory } = await import('@a2a-js/sdk/client');
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory()],
    preferredTransports: ['JSONRPC'],
  });
  const client = await factory.createFromUrl(base);
  return {
    getTask: id => client.getTask({ tenant: '', id }),
    readStream: word => count(client.sendMessageStream({ tenant: '', message: messageOf(word) })),
  };

  function messageOf(word) {
    const text = { content: { $case: 'text', value: word }, filename: '', mediaType: 'text/plain' };
    return {
      messageId: crypto.randomUUID(),
      contextId: '',
      taskId: '',
      // ROLE_USER
      role: 1,
      parts: [text],
      extensions: [],
      referenceTaskIds: [],
    };
  }
}

async function count(events) {
  let counted = 0;
  for await (const _ of events) counted += 1;
  return counted;
}

/** What it costs at least: the same bytes by `fetch`, parsed and believed. Has no discovery. */
async function raw(base) {
  let calls = 0;
  const post = (accept, method, params) => {
    calls += 1;
    return fetch(base, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', 'a2a-version': '1.0' },
      body: JSON.stringify({ jsonrpc: '2.0', id: calls, method, params }),
    });
  };

  async function getTask(id) {
    const response = await post('application/json', 'GetTask', { id });
    const { result } = await response.json();
    return result;
  }

  async function readStream(word) {
    const { createParser } = await import('eventsource-parser');
    const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text: word }] };
    const response = await post('text/event-stream', 'SendStreamingMessage', { message });
    let counted = 0;
    const parser = createParser({
      onEvent: ({ data }) => {
        if (JSON.parse(data).result) counted += 1;
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return counted;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  return { getTask, readStream };
}

export const clients = { ours, official, raw };
