namespace KafkaMesh.Operator.Hosting;

/// <summary>Loops that run beside each other until they are told to end.</summary>
internal static class BackgroundTasks
{
    /// <summary>
    /// Waits for all of them, and fails as soon as one does: a loop that died must end the process, not leave it half alive as
    /// <see cref="Task.WhenAll(Task[])"/> would while the others run.
    /// </summary>
    public static async Task RunAsync(params Task[] loops)
    {
        var running = loops.ToList();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            await ended;
        }
    }
}
