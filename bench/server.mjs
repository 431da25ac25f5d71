import { createServer } from 'node:http';

// An agent that answers GetTask with the same bytes at full speed: what is measured is the client, not a task store.

const task = {
  id: '6f0e7d52-6d2c-4a55-9a3b-0d8f6f1f2c11',
  contextId: '0b7a3f0e-1c39-4c61-8f58-5a1d2ce9b7aa',
  status: {
    state: 'TASK_STATE_WORKING',
    timestamp: '2026-01-15T10:00:03.250Z',
    message: {
      messageId: 'd6d9a1be-6d0b-4a7e-8a1a-2f1f0f9f6f01',
      role: 'ROLE_AGENT',
      parts: [{ text: 'Reading the third of five sources; two chapters are drafted.' }],
    },
  },
  artifacts: [
    {
      artifactId: '9a4c2b60-5a53-4f7a-9d0e-b7a5f4b0c3d2',
      name: 'report.md',
      parts: [
        { text: '# Report\n\nThe first chapter describes what was asked, and of whom.' },
        { data: { chapters: 5, drafted: 2, sources: ['one', 'two', 'three'] } },
      ],
    },
  ],
  history: [
    {
      messageId: '3f2c8d9e-0e1b-4b7c-9f65-1d2e3f4a5b6c',
      role: 'ROLE_USER',
      parts: [{ text: 'Write the report about the five sources, with a summary at the end.' }],
    },
    {
      messageId: '8b1d7f3a-4c5e-4d6f-8a9b-0c1d2e3f4a5b',
      role: 'ROLE_AGENT',
      parts: [{ text: 'I shall read them first, and then write a chapter on each.' }],
      metadata: { model: 'replay', tokens: 412 },
    },
  ],
  metadata: { priority: 'normal' },
};
const result = JSON.stringify(task);

const card = url => ({
  name: 'Replaying agent',
  description: 'Always the same task',
  version: '1.0.0',
  supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: false, pushNotifications: false },
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
  if (request.method === 'GET') {
    answer(JSON.stringify(card(`http://127.0.0.1:${server.address().port}/`)));
    return;
  }
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const { id } = JSON.parse(Buffer.concat(chunks).toString());
    answer(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `${JSON.stringify({ port: server.address().port, taskId: task.id, bytes: result.length })}\n`,
  );
});
// It ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
