using KafkaMesh.Proxy.Commands;

namespace KafkaMesh.Proxy.Tests.Commands;

public sealed class PodSocketsTests : IDisposable
{
    private const string Heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-sockets-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 81273 1 0000000000000000 100 0 0 10 0", true)] // listens
    [InlineData("   0: 0100630A:C350 0200630A:2384 01 00000000:00000000 00:00000000 00000000     0        0 81273 1 0000000000000000 20 4 30 10 -1", true)] // connected
    [InlineData("   0: 0100630A:C350 0200630A:2384 08 00000000:00000000 00:00000000 00000000  1000        0 81273 1 0000000000000000 20 4 30 10 -1", true)] // its peer ended
    [InlineData("   0: 0100630A:C350 0200630A:2384 06 00000000:00000000 03:000016F3 00000000     0        0 0 3 0000000000000000", false)] // TIME_WAIT
    [InlineData("   0: 00000000:11EF 00000000:0000 0A 00000000:00000000 00:00000000 00000000  4092        0 81273 1 0000000000000000 100 0 0 10 0", false)] // the sidecar
    [InlineData("   0: 00000000:3A99 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1337        0 81273 1 0000000000000000 100 0 0 10 0", false)] // Istio's
    [InlineData("   0: 00000000:102F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  2102        0 81273 1 0000000000000000 100 0 0 10 0", false)] // Linkerd's
    [InlineData("   0: 00000000:102F", false)]
    [InlineData("", false)]
    public void AnyOfTheApplication_OneLine_CountsWhatAnotherUserHolds(string line, bool isAny)
    {
        string table = Path.Combine(_directory.FullName, "tcp");
        File.WriteAllText(table, $"{Heading}\n{line}\n");
        Assert.Equal(isAny, new PodSockets(["/proc/no/such/table", table], own: 4092).AnyOfTheApplication());
    }

    [Fact]
    public void AnyOfTheApplication_NoTable_IsNone() => Assert.False(new PodSockets(["/proc/no/such/table"], own: 4092).AnyOfTheApplication());
}
