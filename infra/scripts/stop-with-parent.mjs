/**
 * Loaded before the server's own code (`node --import`): when the process that started this one is gone, even by
 * kill -9, its channel closes and this one stops as on SIGTERM; if that hangs, it ends after 20 seconds.
 */
if (process.channel) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20_000).unref();
  });
}
