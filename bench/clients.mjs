// How each contestant is set up: from the agent's base url to a function that gets a task.

/** This package as users have it: the built one. */
async function ours(base, path) {
  const { A2AClient } = await import(path);
  const client = new A2AClient(base);
  return id => client.getTask(id);
}

/** The official client, held to JSON-RPC; the card offers nothing but A2A 1.0. */
async function official(base) {
  const { ClientFactory, JsonRpcTransportFactory } = await import('@a2a-js/sdk/client');
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory()],
    preferredTransports: ['JSONRPC'],
  });
  const client = await factory.createFromUrl(base);
  return id => client.getTask({ tenant: '', id });
}

/** What a call costs at least: the same bytes by `fetch`, parsed and believed. Has no discovery. */
async function raw(base) {
  let calls = 0;
  return async id => {
    calls += 1;
    const response = await fetch(base, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'a2a-version': '1.0' },
      body: JSON.stringify({ jsonrpc: '2.0', id: calls, method: 'GetTask', params: { id } }),
    });
    const { result } = await response.json();
    return result;
  };
}

export const clients = { ours, official, raw };
