// Peer js-1.3: the server of @a2a-js/sdk 1.3 (A2A 1.0), JSON-RPC and REST.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { AGENT_CARD_PATH, generateAgentCardSignature, Role, TaskState } from 'a2a-sdk-1';
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from 'a2a-sdk-1/server';
import { agentCardHandler, jsonRpcHandler, restHandler, UserBuilder } from 'a2a-sdk-1/server/express';
import express from 'express';
import { command, report, Work, workTime } from './js-script.mjs';
import { serve } from './js-serving.mjs';

const part = ($case, value, rest) => ({
  content: { $case, value },
  metadata: undefined,
  filename: '',
  mediaType: '',
  ...rest,
});
const text = value => part('text', value);

class ScriptedAgent {
  work = new Work();

  async execute(context, bus) {
    const { taskId, contextId, userMessage, task } = context;
    const said = userMessage.parts.find(one => one.content?.$case === 'text')?.content.value ?? '';
    const answers = task?.status?.state === TaskState.TASK_STATE_INPUT_REQUIRED;
    const [word] = answers ? [] : command(said);
    if (word === 'message') {
      bus.publish(AgentEvent.message(message([text('direct')], { contextId })));
      bus.finished();
      return;
    }

    const status = (state, words) => ({
      state,
      message: words && message([text(words)], { taskId, contextId }),
      timestamp: new Date().toISOString(),
    });
    const to = (state, words) =>
      bus.publish(
        AgentEvent.statusUpdate({ taskId, contextId, status: status(state, words), metadata: undefined }),
      );
    const first = {
      id: taskId,
      contextId,
      status: status(TaskState.TASK_STATE_SUBMITTED),
      artifacts: [],
      history: [userMessage],
      metadata: undefined,
    };
    // This SDK wants a task or a message first in every turn, also in the second one.
    bus.publish(AgentEvent.task(task ?? first));
    to(TaskState.TASK_STATE_WORKING);
    if (word === 'fail') throw new Error('boom');
    if (word === 'input') {
      to(TaskState.TASK_STATE_INPUT_REQUIRED, 'need more');
      bus.finished();
      return;
    }

    if (!(await this.work.run(taskId, contextId, workTime(answers ? '' : said)))) return;
    bus.publish(
      AgentEvent.artifactUpdate({
        taskId,
        contextId,
        artifact: {
          artifactId: 'report',
          name: 'report',
          description: '',
          parts: answer(word, said, userMessage),
          metadata: undefined,
          extensions: [],
        },
        append: false,
        lastChunk: true,
        metadata: undefined,
      }),
    );
    to(TaskState.TASK_STATE_COMPLETED);
    bus.finished();
  }

  async cancelTask(taskId, bus) {
    const contextId = this.work.cancel(taskId) ?? '';
    bus.publish(
      AgentEvent.statusUpdate({
        taskId,
        contextId,
        status: {
          state: TaskState.TASK_STATE_CANCELED,
          message: undefined,
          timestamp: new Date().toISOString(),
        },
        metadata: undefined,
      }),
    );
    bus.finished();
  }
}

function message(parts, ids) {
  return {
    messageId: randomUUID(),
    contextId: '',
    taskId: '',
    role: Role.ROLE_AGENT,
    parts,
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
    ...ids,
  };
}

function answer(word, said, received) {
  if (word === 'echo-json') return [text(JSON.stringify(received.parts))];
  if (word !== 'parts') return [text(report(said))];
  return [
    text('text'),
    part('raw', Buffer.from('hello'), { filename: 'hello.txt', mediaType: 'text/plain' }),
    part('url', 'https://example.com/picture.png', { filename: 'picture.png', mediaType: 'image/png' }),
    part('data', { a: 1, b: [1, 2] }),
  ];
}

const card = url => ({
  name: 'js-1.3',
  description: 'A scripted agent',
  version: '1.0.0',
  supportedInterfaces: [
    { url: `${url}/jsonrpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0', tenant: '' },
    { url: `${url}/rest`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0', tenant: '' },
  ],
  provider: { organization: 'a2a-await', url: 'https://example.com' },
  capabilities: { streaming: true, pushNotifications: true, extensions: [], extendedAgentCard: false },
  securitySchemes: {},
  securityRequirements: [],
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
  signatures: [],
});

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sign = generateAgentCardSignature(privateKey, { alg: 'ES256', kid: 'js-1.3', typ: 'JOSE' });

/** The same agent as the SDK shows it to clients of 0.3, over HTTP+JSON. */
const olderCard = url => ({
  ...card(url),
  supportedInterfaces: [
    { url: `${url}/older/rest`, protocolBinding: 'HTTP+JSON', protocolVersion: '0.3', tenant: '' },
  ],
});

await serve(url => {
  const agent = new ScriptedAgent();
  const requestHandler = new DefaultRequestHandler(
    card(url),
    new InMemoryTaskStore(),
    agent,
    undefined,
    undefined,
    undefined,
    undefined,
    sign,
  );
  const userBuilder = UserBuilder.noAuthentication;
  const app = express();
  app.use(`/${AGENT_CARD_PATH}`, agentCardHandler({ agentCardProvider: requestHandler }));
  app.get('/jwks.json', (_, response) =>
    response.json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'js-1.3' }] }),
  );
  app.use('/jsonrpc', jsonRpcHandler({ requestHandler, userBuilder }));
  app.use('/rest', restHandler({ requestHandler, userBuilder }));

  const older = new DefaultRequestHandler(olderCard(url), new InMemoryTaskStore(), agent);
  const legacyCompat = { enabled: true };
  app.use(`/older/${AGENT_CARD_PATH}`, agentCardHandler({ agentCardProvider: older, legacyCompat }));
  app.use('/older/rest', restHandler({ requestHandler: older, userBuilder, legacyCompat }));
  return app;
});
