using System.Net.Sockets;
using System.Text;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node.Runtime;

public sealed class LaunchStatusTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task ReadAsync_ProgramEndsBeforeItsReportIsAccepted_WasExecuted()
    {
        using var status = new LaunchStatus(path);
        var exit = new TaskCompletionSource();
        var reading = status.ReadAsync(exit.Task, Cancel);

        Report("pid 7\n");
        exit.SetResult(); // before the accept that waits has been told of the connection

        Assert.Equal((7, null), await reading);
    }

    [Fact]
    public async Task ReadAsync_LauncherFailsAndEnds_TellsItsError()
    {
        using var status = new LaunchStatus(path);
        Report("pid 7\nerror exec: \"x\": permission denied");

        Assert.Equal((7, "exec: \"x\": permission denied"), await status.ReadAsync(Task.CompletedTask, Cancel));
    }

    [Fact]
    public async Task ReadAsync_LauncherEndsWithoutAWord_IsNothing()
    {
        using var status = new LaunchStatus(path);

        Assert.Equal((null, null), await status.ReadAsync(Task.CompletedTask, Cancel));
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Throws()
    {
        using var status = new LaunchStatus(path);
        using var stop = new CancellationTokenSource();
        var reading = status.ReadAsync(new TaskCompletionSource().Task, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private void Report(string text)
    {
        using var launcher = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        launcher.Connect(new UnixDomainSocketEndPoint(path));
        launcher.Send(Encoding.UTF8.GetBytes(text));
    }
}
