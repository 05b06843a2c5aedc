using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>Builds Kafka frames by hand.</summary>
internal static class Wire
{
    /// <summary>A frame around bytes.</summary>
    public static byte[] Frame(params ReadOnlySpan<byte> content)
    {
        var frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        content.CopyTo(frame.AsSpan(4));
        return frame;
    }

    /// <summary>A request with header v1, or v2 without tags.</summary>
    public static byte[] Request(short key, short version, int correlationId, string? clientId, byte[] body, bool flexible = false)
    {
        var client = clientId is null ? [] : Encoding.UTF8.GetBytes(clientId);
        return Frame([.. Int16(key), .. Int16(version), .. Int32(correlationId), .. Int16((short)(clientId is null ? -1 : client.Length)), .. client, .. flexible ? [0] : Array.Empty<byte>(), .. body]);
    }

    /// <summary>A response with header v0, or v1 without tags.</summary>
    public static byte[] Response(int correlationId, byte[] body, bool flexible = false) =>
        Frame([.. Int32(correlationId), .. flexible ? [0] : Array.Empty<byte>(), .. body]);

    /// <summary>Heartbeat v0: group, generation, member.</summary>
    public static byte[] Heartbeat(int correlationId, string clientId = "c") =>
        Request(12, 0, correlationId, clientId, [.. String("g"), .. Int32(1), .. String("m")]);

    /// <summary>Heartbeat v0 response.</summary>
    public static byte[] HeartbeatResponse(int correlationId, short error = 0) => Response(correlationId, Int16(error));

    /// <summary>Produce v3 with one topic, partition 0 and a records field.</summary>
    public static byte[] Produce(int correlationId, short acks, string topic, byte[] records) => Request(
        0, 3, correlationId, "c", [.. Int16(-1), .. Int16(acks), .. Int32(1000), .. Int32(1), .. String(topic), .. Int32(1), .. Int32(0), .. Int32(records.Length), .. records]);

    /// <summary>Produce v3 response for one topic and partition.</summary>
    public static byte[] ProduceResponse(int correlationId, string topic, short error = 0) => Response(
        correlationId, [.. Int32(1), .. String(topic), .. Int32(1), .. Int32(0), .. Int16(error), .. Int64(0), .. Int64(-1), .. Int32(0)]);

    /// <summary>Fetch v4 of one partition of the topic <c>clicks</c>.</summary>
    public static byte[] Fetch(int correlationId) => Request(1, 4, correlationId, "c",
    [
        .. Int32(-1), .. Int32(500), .. Int32(1), .. Int32(1 << 20), 0,
        .. Int32(1), .. String("clicks"), .. Int32(1), .. Int32(0), .. Int64(0), .. Int32(1 << 20),
    ]);

    /// <summary>Fetch v4 response with a records field.</summary>
    public static byte[] FetchResponse(int correlationId, byte[] records, short error = 0) => Response(correlationId,
    [
        .. Int32(0), .. Int32(1), .. String("clicks"), .. Int32(1),
        .. Int32(0), .. Int16(error), .. Int64(10), .. Int64(10), .. Int32(0), .. Int32(records.Length), .. records,
    ]);
    /// <summary>Fetch v4 of one topic's partitions.</summary>
    public static byte[] FetchRequest(int correlationId, string topic, int partitions) => Request(
        1,
        4,
        correlationId,
        "c",
        [
            .. Int32(-1), .. Int32(500), .. Int32(1), .. Int32(int.MaxValue), 0, .. Int32(1), .. String(topic), .. Int32(partitions),
            .. Enumerable.Range(0, partitions).SelectMany(i => (byte[])[.. Int32(i), .. Int64(0), .. Int32(int.MaxValue)]),
        ]);

    /// <summary>Fetch v4 response with the same records in each partition.</summary>
    public static byte[] FetchResponse(int correlationId, string topic, int partitions, byte[] records)
    {
        var body = new List<byte>([.. Int32(0), .. Int32(1), .. String(topic), .. Int32(partitions)]);
        for (var i = 0; i < partitions; i++)
        {
            body.AddRange([.. Int32(i), .. Int16(0), .. Int64(0), .. Int64(0), .. Int32(0), .. Int32(records.Length)]);
            body.AddRange(records);
        }

        return Response(correlationId, [.. body]);
    }

    /// <summary>Fetch 13 to 18 of no topics, with a session; behind it tagged fields, by default none.</summary>
    public static byte[] FetchById(int correlationId, short version, params byte[] tags) => Request(
        1,
        version,
        correlationId,
        "c",
        [.. version < 15 ? Int32(-1) : [], .. Int32(500), .. Int32(1), .. Int32(1 << 20), 0, .. Int32(9), .. Int32(1), 1, 1, 1, .. tags is [] ? [0] : tags],
        flexible: true);

    /// <summary>Fetch 13 to 18 response with a records field of one partition of the topic of an id.</summary>
    public static byte[] FetchByIdResponse(int correlationId, byte[] topicId, byte[] records) => Response(
        correlationId,
        [
            .. Int32(0), .. Int16(0), .. Int32(9), 2, .. topicId, 2,
            .. Int32(0), .. Int16(0), .. Int64(10), .. Int64(10), .. Int64(0), 0, .. Int32(-1), (byte)(records.Length + 1), .. records, 0, 0, 0,
        ],
        flexible: true);

    /// <summary>The header of a record batch v2 and as many payload bytes.</summary>
    public static byte[] Batch(int records, int payload)
    {
        var batch = new byte[61 + payload];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        batch[16] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), records);
        return batch;
    }

    /// <summary>Big-endian.</summary>
    public static byte[] Int16(short value) => [(byte)(value >> 8), (byte)value];

    /// <summary>Big-endian.</summary>
    public static byte[] Int32(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    /// <summary>Big-endian.</summary>
    public static byte[] Int64(long value) => [.. Int32((int)(value >> 32)), .. Int32((int)value)];

    /// <summary>A heartbeat of a group protocol with epochs: ConsumerGroupHeartbeat 0-1 (68), ShareGroupHeartbeat 0-1 (76) or StreamsGroupHeartbeat 0 (88).</summary>
    public static byte[] GroupHeartbeat(short key, short version, int correlationId, string group, int epoch) => Request(
        key,
        version,
        correlationId,
        "c",
        [
            .. CompactString(group), .. CompactString("member"), .. Int32(epoch),
            .. key switch
            {
                68 => [0, 0, .. Int32(300_000), 2, .. CompactString("orders"), .. version > 0 ? [0] : Array.Empty<byte>(), 0, 0],
                76 => [0, 2, .. CompactString("orders")],
                _ => (byte[])[.. Int32(0), 0, 0, .. Int32(300_000), 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0],
            },
            0,
        ],
        flexible: true);

    /// <summary>Its response; an assignment comes with a new epoch.</summary>
    public static byte[] GroupHeartbeatResponse(short key, int correlationId, int epoch, short error = 0) => Response(
        correlationId,
        [
            .. Int32(0), .. Int16(error), 0, .. CompactString("member"), .. Int32(epoch), .. Int32(5000),
            .. key == 88
                ? [.. Int32(0), .. Int32(0), 0, 0, 0, 0, .. Int32(0), 0]
                : (byte[])[1, 2, .. new byte[16], 2, .. Int32(3), 0, 0],
            0,
        ],
        flexible: true);

    /// <summary>The length plus one as a varint, for short texts, and UTF-8.</summary>
    public static byte[] CompactString(string value) => [(byte)(Encoding.UTF8.GetByteCount(value) + 1), .. Encoding.UTF8.GetBytes(value)];

    /// <summary>A 16-bit length and UTF-8.</summary>
    public static byte[] String(string value) => [.. Int16((short)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];
}
