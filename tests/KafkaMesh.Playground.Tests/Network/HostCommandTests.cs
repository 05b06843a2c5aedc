using System.Diagnostics;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Network;

/// <summary>Tools of the machine that the playground runs.</summary>
public sealed class HostCommandTests
{
    [Fact]
    public async Task Run_CancelledWhileTheToolWorks_KillsTheToolBeforeItReturns()
    {
        var folder = Directory.CreateTempSubdirectory("kmesh-host-command");
        try
        {
            var pidFile = Path.Combine(folder.FullName, "pid");
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var written = new FileSystemWatcher(folder.FullName, "pid");
            written.Renamed += (_, _) => cancel.Cancel();
            written.EnableRaisingEvents = true;

            var run = HostCommand.RunAsync("sh", ["-c", $"echo $$ > {pidFile}.new; mv {pidFile}.new {pidFile}; exec sleep 1000"], cancellationToken: cancel.Token);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
            var pid = int.Parse(await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
