using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Network;

/// <summary>Skips, by name, what only root can show.</summary>
internal static class RootOnly
{
    public static void Require()
    {
        if (LinuxCalls.EffectiveUser() != 0) Assert.Skip("needs root: it makes network namespaces and mounts");
    }
}
