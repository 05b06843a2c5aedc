using System.Net;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Holds the accepting loop at each connection until the test lets it pass: what happens meanwhile, the loop finds all at once.</summary>
internal sealed class HeldUpstream : IDisposable
{
    private readonly SemaphoreSlim _passes = new(0);

    public IUpstream InFrontOf(IUpstream upstream) => new Held(upstream, _passes);

    public void LetPass(int connections) => _passes.Release(connections);

    public void Dispose() => _passes.Dispose();

    private sealed class Held(IUpstream upstream, SemaphoreSlim passes) : IUpstream
    {
        public RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates)
        {
            Assert.True(passes.Wait(RelayRig.Deadline), "the test did not let the connection pass");
            return upstream.Find(clientDescriptor, out candidates);
        }
    }
}
