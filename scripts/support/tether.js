/**
 * Preloaded into child processes: a child that loses the process that started it ends with it. The channel to
 * the parent closes whichever way the parent dies; it never keeps the child alive by itself.
 */
if (process.channel) {
  process.once('disconnect', () => {
    // A polite end where the program handles SIGTERM, the plain end of the process where it does not.
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), 10_000).unref();
  });
  process.channel.unref();
}
