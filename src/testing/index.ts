export type { Agent, AgentContent, AgentStep, AgentTurn } from './agent.js';
export type { ReferenceServerOptions } from './options.js';
export { createReferenceServer, type ReferenceServer, type StoredTasks } from './reference-server.js';
export type { ReceivedRequest } from './request-log.js';
export {
  type ArtifactOptions,
  artifact,
  authRequired,
  canceled,
  completed,
  failed,
  inputRequired,
  rejected,
  reply,
  submitted,
  working,
} from './steps.js';
export type { OpeningStream, StreamCut } from './stream-cut.js';
