/**
 * Preloaded into child processes: a child that loses the process that started it ends with it. The channel to
 * the parent closes whichever way the parent dies; it never keeps the child alive by itself.
 */
if (process.channel) {
  process.once('disconnect', () => {
    // A polite end where the program handles SIGTERM, the plain end of the process where it does not. On Windows a
    // signal would end the process in the middle of what it does, so its handlers are called.
    if (process.platform !== 'win32') process.kill(process.pid, 'SIGTERM');
    else if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(1);
    setTimeout(() => process.exit(1), 10_000).unref();
  });
  process.channel.unref();
}
