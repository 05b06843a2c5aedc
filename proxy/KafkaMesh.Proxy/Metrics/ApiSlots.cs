using KafkaMesh.Codec;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Places of API keys in flat arrays: every key that Kafka ever used has its own, the first <see cref="UnknownKeys"/> others
/// that are seen get one each (vendors have keys of their own), the rest share one. Fetch of followers has one beside that of consumers.
/// </summary>
internal sealed class ApiSlots
{
    /// <summary>How many unknown keys have series of their own.</summary>
    public const int UnknownKeys = 16;

    /// <summary>Keys below have a slot each, whether Kafka uses them or not.</summary>
    public const int KnownKeys = 128;

    /// <summary>The slot of all keys without one of their own.</summary>
    public const int OtherSlot = KnownKeys + UnknownKeys;

    /// <summary>The slot of Fetch when a follower asks: a poll of its own, whose records nobody consumes.</summary>
    public const int FollowerFetchSlot = OtherSlot + 1;

    private readonly short[] _unknown = new short[UnknownKeys];
    private readonly Lock _adding = new();
    private int _unknownCount;

    /// <summary>Number of slots.</summary>
    public static int Count => FollowerFetchSlot + 1;

    /// <summary>Slot of a key; no lock and no allocation except when an unknown key is first seen.</summary>
    public int SlotOf(short apiKey)
    {
        if ((ushort)apiKey < KnownKeys && ApiName.TryGet(apiKey, out _))
            return apiKey;
        var count = Volatile.Read(ref _unknownCount);
        var place = _unknown.AsSpan(0, count).IndexOf(apiKey);
        if (place < 0 && count < UnknownKeys)
            place = Add(apiKey);
        return place < 0 ? OtherSlot : KnownKeys + place;
    }

    /// <summary>API key of a slot in use; <see cref="ApiStats.OtherApiKey"/> for the shared one, <see cref="ApiStats.FollowerFetchApiKey"/> for that of followers.</summary>
    public int KeyOf(int slot) => slot switch
    {
        < KnownKeys => slot,
        OtherSlot => ApiStats.OtherApiKey,
        FollowerFetchSlot => ApiStats.FollowerFetchApiKey,
        _ => _unknown[slot - KnownKeys],
    };

    /// <summary>Label of a slot in use: Kafka's name, <c>key_N</c>, <c>__other__</c> or <c>FetchFollower</c>.</summary>
    public string NameOf(int slot) => slot switch
    {
        OtherSlot => WellKnownNames.OtherLabel,
        FollowerFetchSlot => ApiStats.FollowerFetchApi,
        _ => NameOfKey((short)KeyOf(slot)),
    };

    /// <summary>Kafka's name of a key, or <c>key_N</c>.</summary>
    public static string NameOfKey(short apiKey) => ApiName.TryGet(apiKey, out var name) ? name : $"key_{apiKey}";

    private int Add(short apiKey)
    {
        lock (_adding)
        {
            var place = _unknown.AsSpan(0, _unknownCount).IndexOf(apiKey);
            if (place >= 0 || _unknownCount == UnknownKeys)
                return place;
            _unknown[_unknownCount] = apiKey;
            Volatile.Write(ref _unknownCount, _unknownCount + 1);
            return _unknownCount - 1;
        }
    }
}
