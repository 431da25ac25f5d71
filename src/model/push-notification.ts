/** How a server proves itself when it notifies: sent as `Authorization: <scheme> <credentials>`. */
export interface AuthenticationInfo {
  /** E.g. `'Bearer'`. */
  scheme: string;
  credentials?: string;
}

/**
 * Where a server tells what becomes of a task.
 *
 * Source: A2A specification 1.0, section 4.3.1 (PushNotificationConfig).
 */
export interface PushNotificationConfig {
  /** The webhook: https, and reachable from the server. */
  url: string;
  /** Several of one task are told apart by it; made up unless given. */
  id?: string;
  /** Sent with each notification, for the webhook to recognise them by. */
  token?: string;
  authentication?: AuthenticationInfo;
  /** A registration of a webhook is none: give its `toConfig()`. */
  toConfig?: never;
}

/** A configuration as the server has stored it. */
export interface TaskPushNotificationConfig extends PushNotificationConfig {
  taskId: string;
}
