/**
 * Loaded before the server (`node --import`): its clock goes wrong when it is told to. A message `{ clock: ms }` sets it by so
 * much, and `{ zone: name }` moves the machine to another time zone, as summer time does; either is answered with `true`.
 */
const RealDate = Date;
let off = 0;

globalThis.Date = class extends RealDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) {
      super(RealDate.now() + off);
    } else {
      super(...(given as [number]));
    }
  }

  static override now(): number {
    return RealDate.now() + off;
  }
} as DateConstructor;

process.on('message', (message: { readonly clock?: number; readonly zone?: string }) => {
  if (typeof message.clock === 'number') {
    off = message.clock;
    process.send?.(true);
  }
  if (typeof message.zone === 'string') {
    process.env.TZ = message.zone;
    process.send?.(true);
  }
});
