namespace KafkaMesh.Playground.Node.Pods;

/// <summary>One file of a volume that is made from API objects: its path inside the volume, content and mode (null: the volume's default).</summary>
internal sealed record VolumeFile(string Path, byte[] Content, int? Mode);
