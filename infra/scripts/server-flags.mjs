/**
 * The arguments of Node a server process is started with: a young generation of one size. V8 makes it small when a
 * server has had nothing to do for some seconds, and reads these two only at its start.
 * See infra/decisions/2026-11-24-small-heap.md.
 */
export const SERVER_FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16'];
