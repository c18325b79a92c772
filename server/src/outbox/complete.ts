/**
 * The part of a consumer's statement that takes events out of the outbox (`$1` = seq[]) and gives those that were still
 * there: effects must be recorded from these rows only, so that each event is recorded once however many readers it had.
 */
export const completeEvents = `DELETE FROM outbox WHERE seq = ANY($1::int8[])
    RETURNING seq, tenant, rid, type, id, version, interaction, depth`;
