namespace KafkaMesh.Playground.Node.Launch;

/// <summary>A directory or file of the node that a container sees at <paramref name="Target"/>.</summary>
internal sealed record LaunchMount(string Source, string Target, bool ReadOnly);
