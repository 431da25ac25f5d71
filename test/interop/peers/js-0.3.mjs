// Peer js-0.3: the server of @a2a-js/sdk 0.3 (A2A 0.3), JSON-RPC and REST.
import { randomUUID } from 'node:crypto';
import { AGENT_CARD_PATH } from 'a2a-sdk-03';
import { DefaultRequestHandler, InMemoryTaskStore } from 'a2a-sdk-03/server';
import { agentCardHandler, jsonRpcHandler, restHandler, UserBuilder } from 'a2a-sdk-03/server/express';
import express from 'express';
import { command, report, Work, workTime } from './js-script.mjs';
import { serve } from './js-serving.mjs';

const text = value => ({ kind: 'text', text: value });

class ScriptedAgent {
  work = new Work();

  async execute(context, bus) {
    const { taskId, contextId, userMessage, task } = context;
    const said = userMessage.parts.find(one => one.kind === 'text')?.text ?? '';
    const answers = task?.status.state === 'input-required';
    const [word] = answers ? [] : command(said);
    if (word === 'message') {
      bus.publish(message([text('direct')], { contextId }));
      bus.finished();
      return;
    }

    const status = (state, words) => ({
      state,
      ...(words && { message: message([text(words)], { taskId, contextId }) }),
      timestamp: new Date().toISOString(),
    });
    const to = (state, final, words) =>
      bus.publish({ kind: 'status-update', taskId, contextId, status: status(state, words), final });
    if (!task) {
      bus.publish({
        kind: 'task',
        id: taskId,
        contextId,
        status: status('submitted'),
        artifacts: [],
        history: [userMessage],
      });
    }
    to('working', false);
    if (word === 'fail') throw new Error('boom');
    if (word === 'input') {
      to('input-required', true, 'need more');
      bus.finished();
      return;
    }

    if (!(await this.work.run(taskId, contextId, workTime(answers ? '' : said)))) return;
    bus.publish({
      kind: 'artifact-update',
      taskId,
      contextId,
      artifact: { artifactId: 'report', name: 'report', parts: answer(word, said, userMessage) },
      append: false,
      lastChunk: true,
    });
    to('completed', true);
    bus.finished();
  }

  async cancelTask(taskId, bus) {
    const contextId = this.work.cancel(taskId) ?? '';
    const status = { state: 'canceled', timestamp: new Date().toISOString() };
    bus.publish({ kind: 'status-update', taskId, contextId, status, final: true });
    bus.finished();
  }
}

function message(parts, ids) {
  return { kind: 'message', messageId: randomUUID(), role: 'agent', parts, ...ids };
}

function answer(word, said, received) {
  if (word === 'echo-json') return [text(JSON.stringify(received.parts))];
  if (word !== 'parts') return [text(report(said))];
  const bytes = Buffer.from('hello').toString('base64');
  return [
    text('text'),
    { kind: 'file', file: { bytes, name: 'hello.txt', mimeType: 'text/plain' } },
    {
      kind: 'file',
      file: { uri: 'https://example.com/picture.png', name: 'picture.png', mimeType: 'image/png' },
    },
    { kind: 'data', data: { a: 1, b: [1, 2] } },
  ];
}

const card = url => ({
  name: 'js-0.3',
  description: 'A scripted agent',
  version: '1.0.0',
  protocolVersion: '0.3.0',
  url: `${url}/jsonrpc`,
  preferredTransport: 'JSONRPC',
  additionalInterfaces: [
    { url: `${url}/jsonrpc`, transport: 'JSONRPC' },
    { url: `${url}/rest`, transport: 'HTTP+JSON' },
  ],
  capabilities: { streaming: true, pushNotifications: true },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
});

await serve(url => {
  const requestHandler = new DefaultRequestHandler(card(url), new InMemoryTaskStore(), new ScriptedAgent());
  const userBuilder = UserBuilder.noAuthentication;
  const app = express();
  app.use(`/${AGENT_CARD_PATH}`, agentCardHandler({ agentCardProvider: requestHandler }));
  app.use('/jsonrpc', jsonRpcHandler({ requestHandler, userBuilder }));
  app.use('/rest', restHandler({ requestHandler, userBuilder }));
  return app;
});
