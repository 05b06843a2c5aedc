namespace KafkaMesh.Codec;

/// <summary>A range of versions, both ends included; none when the highest is below the lowest.</summary>
internal readonly record struct VersionSpan(byte Min, byte Max)
{
    /// <summary>No version at all.</summary>
    public static readonly VersionSpan None = new(1, 0);

    public bool Contains(int version) => version >= Min && version <= Max;
}
