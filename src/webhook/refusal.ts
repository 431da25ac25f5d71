/** Why a request gets another answer than 204. Never leaves the receiver. */
export class Refusal extends Error {
  readonly status: number;
  /** After how many ms the sender may come again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
