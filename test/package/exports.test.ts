import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as main from 'a2a-await';
import * as redis from 'a2a-await/redis';
import * as signatures from 'a2a-await/signatures';
import * as testing from 'a2a-await/testing';
import * as node from 'a2a-await/testing/node';
import * as webhook from 'a2a-await/webhook';
import * as webhookJwks from 'a2a-await/webhook/jwks';
import * as webhookNode from 'a2a-await/webhook/node';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

// By hand: a name that is added or goes away is a change of the contract, and somebody should notice.
const contract = {
  'index.ts': {
    values: [
      ...['A2AClient', 'AdaptiveClient', 'waitForCompletion', 'watchTask', 'exponential'],
      ...['isTask', 'isMessage', 'isTerminal', 'isInterrupted', 'textOf', 'dataOf', 'bytesOf', 'rawOf'],
      ...['A2AError', 'RpcError', 'TaskNotFoundError', 'TaskNotCancelableError'],
      ...['PushNotificationNotSupportedError', 'UnsupportedOperationError', 'ContentTypeNotSupportedError'],
      ...['InvalidAgentResponseError', 'ExtendedAgentCardNotConfiguredError'],
      ...['ExtensionSupportRequiredError', 'VersionNotSupportedError', 'MethodNotFoundError'],
      ...['InvalidParamsError', 'HttpError', 'AuthenticationError', 'NetworkError', 'RequestTimeoutError'],
      ...['AbortedError', 'ResponseFormatError', 'ResponseLimitError', 'TaskStoppedError', 'TaskFailedError'],
      ...['TaskCanceledError', 'TaskRejectedError', 'TaskInterruptedError', 'WaitTimeoutError'],
      ...['TaskLostError', 'TaskUnreachableError', 'StreamInterruptedError', 'accumulate', 'textDeltas'],
    ],
    types: [
      ...['A2AClientOptions', 'RequestOptions', 'RetryOptions', 'Auth', 'AuthHandler', 'AuthRequest'],
      ...[
        'Hooks',
        'RequestEvent',
        'ResponseEvent',
        'RetryEvent',
        'A2AWarning',
        'Connection',
        'Dialect',
        'Binding',
      ],
      ...['SendMessageOptions', 'GetTaskOptions', 'HeadersInput', 'RunOptions', 'ListTasksQuery', 'TaskPage'],
      ...['StreamOptions', 'SubscribeOptions', 'ReconnectOptions', 'StreamEvent', 'StatusUpdate'],
      ...[
        'ArtifactUpdate',
        'Settled',
        'WaitAllOptions',
        'WaitOptions',
        'PollSchedule',
        'ScheduleName',
        'TaskSource',
        'TaskLike',
        'ResumeToken',
      ],
      ...['Task', 'TaskStatus', 'TaskState', 'TerminalState', 'InterruptedState', 'Artifact'],
      ...['Message', 'MessageInput', 'FullMessageInput', 'Metadata', 'StandardSchema'],
      ...['Part', 'TextPart', 'DataPart', 'FilePart', 'FileUrlPart', 'FileBytesPart', 'PartInput'],
      ...['AgentCard', 'AgentCapabilities', 'AgentExtension', 'AgentInterface', 'AgentSkill'],
      ...['SecurityRequirement', 'SecurityScheme', 'PushNotifications', 'PushNotificationConfig'],
      ...['TaskPushNotificationConfig', 'AuthenticationInfo', 'AdaptiveOptions', 'AdaptiveEvents'],
      ...['Strategy', 'PushSupport', 'TaskHandle'],
    ],
  },
  'redis/index.ts': {
    values: ['redisWebhookStore', 'WebhookStoreError'],
    types: [
      ...['WebhookStore', 'RedisWebhookStoreOptions', 'RedisClient', 'RedisSubscriber'],
      ...['NodeRedisClient', 'NodeRedisSubscriber', 'IoredisClient', 'IoredisSubscriber'],
    ],
  },
  'signatures/index.ts': {
    values: ['verifyAgentCard', 'AgentCardSignatureError'],
    types: [
      ...['VerifiedAgentCard', 'VerifyAgentCardOptions', 'AgentCardKeys', 'KeySet', 'PublicKey'],
      ...['SignatureHeader', 'SignatureReason', 'RefusedSignature'],
    ],
  },
  'testing/index.ts': {
    values: [
      ...['createReferenceServer', 'submitted', 'working', 'artifact', 'inputRequired', 'authRequired'],
      ...['completed', 'failed', 'rejected', 'canceled', 'reply', 'sendNotification', 'NotificationError'],
      ...['tckAgent'],
    ],
    types: [
      ...['ReferenceServer', 'ReferenceServerOptions', 'StoredTasks', 'ReceivedRequest', 'Agent'],
      ...['AgentContent', 'AgentStep', 'AgentTurn', 'ArtifactOptions', 'StreamCut', 'OpeningStream'],
      ...['SendNotificationOptions', 'DeliveredNotification', 'DeliveryOptions', 'NotificationFailure'],
      ...['NotificationFormat', 'NotificationShape', 'NotificationSigning', 'SentNotification'],
      ...['PushOptions', 'PushQuirks', 'Mishap', 'UpcomingNotification'],
      ...['StreamMishap', 'UpcomingEvent', 'StoreName', 'StoreQuirks', 'ListedRow', 'RowMishap'],
      ...[
        'ServerBehaviour',
        'ServerExtension',
        'ServerAuth',
        'CardSigner',
        'FaultyRequest',
        'RequestFault',
        'Operation',
        'AgentPart',
      ],
    ],
  },
  'testing/node.ts': { values: ['listen'], types: ['ListenOptions', 'Listening'] },
  'webhook/index.ts': {
    values: [
      ...['createWebhookReceiver', 'memoryWebhookStore', 'WebhookVerificationError'],
      ...['notificationToken', 'authorization', 'hmac', 'anyOf', 'allOf', 'unsafeNoVerification'],
      ...['verifySignature', 'verifyToken', 'signPayload'],
    ],
    types: [
      ...['WebhookReceiver', 'WebhookReceiverOptions', 'WebhookLimits', 'HandleContext'],
      ...['Registration', 'RegisterOptions', 'RotateOptions', 'NotificationWaitOptions'],
      ...[
        'PushNotificationConfig',
        'AuthenticationInfo',
        'BindOptions',
        'WebhookStore',
        'MemoryWebhookStoreOptions',
      ],
      ...['WebhookEvents', 'WebhookNotification', 'ReconcileNotice', 'RefusedNotification'],
      ...['WebhookFailure', 'WebhookVerificationReason', 'Verifier', 'Verdict', 'Delivery'],
      ...['ExpectedDigests', 'HmacOptions', 'Secret', 'Secrets'],
    ],
  },
  'webhook/jwks.ts': { values: ['jwks'], types: ['JwksOptions'] },
  'webhook/node.ts': {
    values: ['toNodeHandler'],
    types: ['NodeHandler', 'NodeRequest', 'FastifyLikeRequest', 'FastifyLikeReply'],
  },
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a file exports by name, and the statements that are no explicit list. */
function read(path: string) {
  const text = readFileSync(`${root}src/${path}`, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const names: { name: string; isType: boolean }[] = [];
  const others: string[] = [];
  for (const statement of source.statements) {
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    if (!ts.isExportDeclaration(statement) || !clause || !ts.isNamedExports(clause)) {
      others.push(statement.getText().split('\n')[0] ?? '');
      continue;
    }
    for (const { name, isTypeOnly } of clause.elements) {
      names.push({ name: name.text, isType: statement.isTypeOnly || isTypeOnly });
    }
  }
  return { names, others };
}

describe.each([
  'index.ts',
  'redis/index.ts',
  'signatures/index.ts',
  'testing/index.ts',
  'webhook/index.ts',
] as const)('src/%s', path => {
  const { names, others } = read(path);

  test('is an explicit list and nothing else', () => {
    expect(others).toEqual([]);
  });

  test('exports the types of the contract', () => {
    const types = names.filter(({ isType }) => isType).map(({ name }) => name);
    expect(types.sort()).toEqual([...contract[path].types].sort());
  });
});

test.each([
  ['a2a-await', main, contract['index.ts']],
  ['a2a-await/redis', redis, contract['redis/index.ts']],
  ['a2a-await/signatures', signatures, contract['signatures/index.ts']],
  ['a2a-await/testing', testing, contract['testing/index.ts']],
  ['a2a-await/testing/node', node, contract['testing/node.ts']],
  ['a2a-await/webhook', webhook, contract['webhook/index.ts']],
  ['a2a-await/webhook/jwks', webhookJwks, contract['webhook/jwks.ts']],
  ['a2a-await/webhook/node', webhookNode, contract['webhook/node.ts']],
])('%s exports the values of the contract, all of them there', (_, module, { values }) => {
  expect(Object.keys(module).sort()).toEqual([...values].sort());
  expect(Object.entries(module).filter(([, value]) => value === undefined)).toEqual([]);
});

describe('package.json', () => {
  const { './package.json': own, ...entries } = manifest.exports;

  test('exports itself, for tools', () => {
    expect(own).toBe('./package.json');
  });

  test.each(Object.entries(entries))('%s leads to files that the build makes of src', (_, entry) => {
    const source = entry.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts');
    expect(existsSync(root + source), source).toBe(true);
    expect(entry.types).toBe(entry.default.replace(/\.js$/, '.d.ts'));
    // Otherwise TypeScript does not see them.
    expect(Object.keys(entry)[0]).toBe('types');
  });

  test('has an entry for each door of src', () => {
    const doors = Object.values(entries).map(({ default: path }) => path.slice('./dist/'.length, -3));
    expect(doors.sort()).toEqual(
      Object.keys(contract)
        .map(path => path.slice(0, -3))
        .sort(),
    );
  });

  // Of redis, src imports nothing: the client is given.
  test('depends on what src imports or is given, and on nothing else', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['ky']);
    expect(Object.keys(manifest.peerDependencies)).toEqual(['canonicalize', 'jose', 'msw', 'redis']);
  });
});
