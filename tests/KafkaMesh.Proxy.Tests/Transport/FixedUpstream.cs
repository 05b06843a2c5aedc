using System.Net;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>An upstream whose addresses the test says.</summary>
internal sealed class FixedUpstream(params IPEndPoint[] addresses) : IUpstream
{
    public IReadOnlyList<IPEndPoint> Addresses { get; set; } = addresses;

    public RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates)
    {
        candidates = Addresses;
        return null;
    }
}
