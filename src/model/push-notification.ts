/** How a server proves itself when it notifies: sent as `Authorization: <scheme> <credentials>`. */
export interface AuthenticationInfo {
  /** E.g. `Bearer`. */
  scheme: string;
  credentials?: string;
}

/**
 * Where a server is to send a task's events, and what it is to show there.
 *
 * Source: A2A specification 1.0, section 4.3 (push notifications).
 */
export interface PushNotificationConfig {
  url: string;
  id?: string;
  /** Sent back with each notification. */
  token?: string;
  authentication?: AuthenticationInfo;
}
