using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Commands;

/// <summary>What watches the relayed bytes and what reports the figures; made once the settings are known.</summary>
/// <param name="Observers">Makes an observer per connection.</param>
/// <param name="Content">What the admin server shows.</param>
internal sealed record RunComposition(IRelayObserverFactory Observers, IAdminContent Content)
{
    /// <summary>Makes a composition from the settings of a run.</summary>
    public delegate RunComposition Factory(RunSettings settings, ILogger log);
}
