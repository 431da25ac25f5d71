import { waitForCompletion } from 'a2a-await';

// With somebody else's client, here of three lines.
export async function run({ url, fetch }) {
  const call = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
    return (await (await fetch(url, { method: 'POST', headers, body })).json()).result;
  };
  const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'Hello' }] };
  const { task } = await call('SendMessage', { message, configuration: { returnImmediately: true } });
  return waitForCompletion({ getTask: id => call('GetTask', { id }) }, task.id);
}
