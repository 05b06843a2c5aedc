using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <summary>What is known about API keys and versions: the union of all Kafka releases.</summary>
public static class KafkaSchema
{
    private const int ApiVersionsKey = 18;
    private const int ControlledShutdownKey = 7;
    private const int ProgramStartBytes = sizeof(ushort) + 1;

    /// <summary>One more than the highest known API key.</summary>
    public static int ApiKeyCount => KafkaTables.Apis.Length / ApiEntry.SizeInBytes;

    /// <summary>The versions of an API key ever released.</summary>
    /// <returns>False when the key is unknown.</returns>
    public static bool TryGetVersions(short apiKey, out short min, out short max)
    {
        var entry = ApiEntry.Of(apiKey);
        min = entry.MinVersion;
        max = entry.MaxVersion;
        return entry.IsKnown;
    }

    /// <summary>Whether bodies of this key and version can be decoded.</summary>
    public static bool IsKnown(short apiKey, short version)
    {
        var entry = ApiEntry.Of(apiKey);
        return entry.IsKnown && version >= entry.MinVersion && version <= entry.MaxVersion;
    }

    /// <summary>Whether bodies of this key and version use compact lengths and tagged fields (KIP-482).</summary>
    /// <remarks>Holds for versions newer than the schema too: a flexible API never goes back. False for an unknown key.</remarks>
    public static bool IsFlexible(short apiKey, short version)
    {
        var entry = ApiEntry.Of(apiKey);
        return entry.FirstFlexibleVersion >= 0 && version >= entry.FirstFlexibleVersion;
    }

    /// <summary>Version of the request header: 2 with tagged fields, 1, or 0 without a client id (ControlledShutdown 0).</summary>
    /// <returns>1 for an unknown key: its client id stands where both versions have it.</returns>
    public static int GetRequestHeaderVersion(short apiKey, short version)
    {
        if (apiKey == ControlledShutdownKey && version == 0) return 0;
        return IsFlexible(apiKey, version) ? 2 : 1;
    }

    /// <summary>Version of the response header: 1 with tagged fields, else 0. ApiVersions always answers with 0 (KIP-511).</summary>
    public static int GetResponseHeaderVersion(short apiKey, short version) =>
        apiKey != ApiVersionsKey && IsFlexible(apiKey, version) ? 1 : 0;

    /// <summary>Where the program of a body starts in <see cref="KafkaTables.Programs"/>.</summary>
    /// <param name="apiKey">API key.</param>
    /// <param name="version">Version.</param>
    /// <param name="kind">Request or response.</param>
    /// <param name="offset">Its start.</param>
    /// <param name="hot">Number of the method that the program was also written as; 0 when it was not.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryGetProgram(short apiKey, short version, MessageKind kind, out int offset, out byte hot)
    {
        offset = 0;
        hot = 0;
        if (apiKey < 0 || apiKey >= KafkaTables.Apis.Length / ApiEntry.SizeInBytes) return false;
        var row = KafkaTables.Apis.Slice(apiKey * ApiEntry.SizeInBytes, ApiEntry.SizeInBytes);
        var min = BinaryPrimitives.ReadInt16BigEndian(row);
        if (version < min || version > BinaryPrimitives.ReadInt16BigEndian(row[2..])) return false;
        int requests = BinaryPrimitives.ReadInt16BigEndian(row[6..]);
        int responses = BinaryPrimitives.ReadInt16BigEndian(row[8..]);
        var index = (kind == MessageKind.Request ? requests : responses) + version - min;
        var start = KafkaTables.ProgramStarts.Slice(index * ProgramStartBytes, ProgramStartBytes);
        offset = BinaryPrimitives.ReadUInt16BigEndian(start);
        hot = start[sizeof(ushort)];
        return true;
    }
}
