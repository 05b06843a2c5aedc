using KafkaMesh.Operator.Hosting;

namespace KafkaMesh.Operator.Tests.Hosting;

public sealed class BackgroundTasksTests
{
    [Fact]
    public async Task RunAsync_OneLoopFails_FailsWhileTheOthersRun()
    {
        var endless = new TaskCompletionSource();
        var failing = new TaskCompletionSource();
        var all = BackgroundTasks.RunAsync(endless.Task, failing.Task);
        Assert.False(all.IsCompleted);

        failing.SetException(new InvalidOperationException("defect"));

        Assert.Equal("defect", (await Assert.ThrowsAsync<InvalidOperationException>(() => all)).Message);
    }

    [Fact]
    public async Task RunAsync_LoopsEnd_EndsWithTheLast()
    {
        var first = new TaskCompletionSource();
        var last = new TaskCompletionSource();
        var all = BackgroundTasks.RunAsync(first.Task, last.Task);
        first.SetResult();
        Assert.False(all.IsCompleted);

        last.SetResult();

        await all;
    }
}
