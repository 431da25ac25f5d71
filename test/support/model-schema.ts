import { z } from 'zod';

// The model in another hand than the decoder's: strict, so that nothing but the model gets through.

const metadata = z.record(z.string(), z.unknown());
const named = z.string().min(1);

const part = z.union([
  z.strictObject({ kind: z.literal('text'), text: z.string(), metadata: metadata.optional() }),
  z.strictObject({
    kind: z.literal('data'),
    data: z.unknown().refine(data => data !== undefined),
    metadata: metadata.optional(),
  }),
  z.strictObject({
    kind: z.literal('file'),
    url: named,
    mediaType: named.optional(),
    filename: named.optional(),
    metadata: metadata.optional(),
  }),
  z.strictObject({
    kind: z.literal('file'),
    raw: z.string(),
    mediaType: named.optional(),
    filename: named.optional(),
    metadata: metadata.optional(),
  }),
]);

export const messageSchema = z.strictObject({
  kind: z.literal('message'),
  messageId: z.string(),
  role: z.enum(['user', 'agent']),
  parts: z.array(part),
  contextId: named.optional(),
  taskId: named.optional(),
  referenceTaskIds: z.array(z.string()).min(1).optional(),
  metadata: metadata.optional(),
  extensions: z.array(z.string()).min(1).optional(),
});

const artifact = z.strictObject({
  artifactId: z.string(),
  name: named.optional(),
  description: named.optional(),
  parts: z.array(part),
  metadata: metadata.optional(),
  extensions: z.array(z.string()).min(1).optional(),
});

const states = [
  'submitted',
  'working',
  'input-required',
  'auth-required',
  'completed',
  'failed',
  'canceled',
  'rejected',
  'unknown',
] as const;

const status = z
  .strictObject({
    state: z.enum(states),
    message: messageSchema.optional(),
    timestamp: named.optional(),
    rawState: named.optional(),
  })
  .refine(({ state, rawState }) => state === 'unknown' || rawState === undefined);

export const taskSchema = z.strictObject({
  kind: z.literal('task'),
  id: named,
  contextId: named.optional(),
  status,
  artifacts: z.array(artifact),
  history: z.array(messageSchema),
  metadata: metadata.optional(),
});

export const pageSchema = z.strictObject({
  tasks: z.array(taskSchema),
  nextPageToken: named.optional(),
  pageSize: z.number().optional(),
  totalSize: z.number().optional(),
});

export const cardSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  version: z.string(),
  provider: z.strictObject({ organization: named.optional(), url: named.optional() }).optional(),
  documentationUrl: named.optional(),
  iconUrl: named.optional(),
  supportedInterfaces: z.array(
    z.strictObject({
      url: named,
      protocolBinding: z.string(),
      protocolVersion: z.string(),
      tenant: named.optional(),
    }),
  ),
  capabilities: z.strictObject({
    streaming: z.boolean().optional(),
    pushNotifications: z.boolean().optional(),
    extendedAgentCard: z.boolean().optional(),
    extensions: z
      .array(
        z.strictObject({
          uri: z.string(),
          description: named.optional(),
          required: z.boolean().optional(),
          params: metadata.optional(),
        }),
      )
      .optional(),
  }),
  defaultInputModes: z.array(z.string()),
  defaultOutputModes: z.array(z.string()),
  skills: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      tags: z.array(z.string()),
      examples: z.array(z.string()).optional(),
      inputModes: z.array(z.string()).optional(),
      outputModes: z.array(z.string()).optional(),
    }),
  ),
  securitySchemes: z.record(
    z.string(),
    z.looseObject({ type: z.enum(['apiKey', 'http', 'oauth2', 'openIdConnect', 'mutualTLS', 'unknown']) }),
  ),
  securityRequirements: z.array(z.record(z.string(), z.array(z.string()))),
});
