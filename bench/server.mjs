import { createServer } from 'node:http';
import { lengths, streams, task } from './replay.mjs';

// An agent that answers with the same bytes at full speed: what is measured is the client, not a task store.

const result = JSON.stringify(task);

const card = url => ({
  name: 'Replaying agent',
  description: 'Always the same',
  version: '1.0.0',
  supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: true, pushNotifications: false },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'replay', name: 'Replay', description: 'Replays', tags: ['bench'] }],
});

const server = createServer((request, response) => {
  const answer = body => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  };
  const stream = bytes => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(bytes);
  };
  if (request.method === 'GET') {
    answer(JSON.stringify(card(`http://127.0.0.1:${server.address().port}/`)));
    return;
  }
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    if (method === 'SendStreamingMessage') stream(streams[params.message.parts[0].text](id));
    else answer(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  process.stdout.write(`${JSON.stringify({ port, taskId: task.id, lengths })}\n`);
});
// It ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
