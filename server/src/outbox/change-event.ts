/** One committed change of a resource, as the outbox holds it, with the texts that its consumers asked for. */
export interface ChangeEvent {
  /** Rises with the versions of a resource; the idempotency key of everything the event causes. */
  readonly seq: number;
  readonly tenant: number;
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly interaction: 'create' | 'update' | 'delete';
  readonly author: string;
  readonly depth: number;
  readonly requestId: string;
  readonly at: Date;
  /** JSON text of this very version; absent after a delete and for types nobody is interested in. */
  readonly content?: string;
  /** JSON text of the version before; given for deletes and for types whose consumers compare versions. */
  readonly previous?: string;
  /** Epoch of the tenant's subscriptions when the event was read. */
  readonly epoch: number;
}

/** A tenant that had no subscriptions at an epoch: its events can be dropped unread while the epoch stands. */
export interface QuietTenant {
  readonly tenant: number;
  readonly epoch: number;
}

/** What the consumer of events wants to be given. */
export interface Interest {
  readonly quiet: readonly QuietTenant[];
  /** Resource types whose text is to be read. */
  readonly types: readonly string[];
  /** Resource types whose version before is to be read too. */
  readonly comparedTypes: readonly string[];
}
