/** What a request asks for, whatever its dialect calls it. */
export type Operation =
  | 'send'
  | 'stream'
  | 'get'
  | 'list'
  | 'cancel'
  | 'subscribe'
  | 'push-set'
  | 'push-get'
  | 'push-list'
  | 'push-delete'
  | 'extended-card';

const operations: Readonly<Record<string, Operation>> = {
  SendMessage: 'send',
  SendStreamingMessage: 'stream',
  GetTask: 'get',
  ListTasks: 'list',
  CancelTask: 'cancel',
  SubscribeToTask: 'subscribe',
  CreateTaskPushNotificationConfig: 'push-set',
  GetTaskPushNotificationConfig: 'push-get',
  ListTaskPushNotificationConfigs: 'push-list',
  DeleteTaskPushNotificationConfig: 'push-delete',
  GetExtendedAgentCard: 'extended-card',
  'message/send': 'send',
  'message/stream': 'stream',
  'tasks/get': 'get',
  'tasks/list': 'list',
  'tasks/cancel': 'cancel',
  'tasks/resubscribe': 'subscribe',
  'tasks/pushNotificationConfig/set': 'push-set',
  'tasks/pushNotificationConfig/get': 'push-get',
  'tasks/pushNotificationConfig/list': 'push-list',
  'tasks/pushNotificationConfig/delete': 'push-delete',
  'agent/getAuthenticatedExtendedCard': 'extended-card',
  'agent/getExtendedCard': 'extended-card',
};

/** Nothing for what no dialect knows. */
export function operationOf(rpcMethod: string | undefined): Operation | undefined {
  return rpcMethod !== undefined && Object.hasOwn(operations, rpcMethod) ? operations[rpcMethod] : undefined;
}
