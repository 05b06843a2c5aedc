using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class TransportCountersTests
{
    [Fact]
    public void Reasons_AndConnectErrors_AreAll()
    {
        Assert.Equal(Enum.GetValues<RefusalReason>(), TransportCounters.Reasons);
        Assert.Equal(Enum.GetValues<ConnectError>(), TransportCounters.ConnectErrors);
    }

    [Fact]
    public void IsOpen_Descriptor_IsTold()
    {
        int descriptor = Libc.EventDescriptor();
        Assert.True(Libc.IsOpen(descriptor));
        _ = Libc.Close(descriptor);
        Assert.False(Libc.IsOpen(-1));
    }
}
