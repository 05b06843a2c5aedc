using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>
/// The broker's own request log: Kafka's JSON of every request and response. Fields that carry a meaning are put into the same
/// lines as what the reader said, in wire order.
/// </summary>
internal static class BrokerLog
{
    private static readonly HashSet<string> TopicArrays = ["topics", "topicData", "responses", "results", "v3AndBelowTopics", "resultsByTopicV3AndBelow"];

    private static readonly Dictionary<string, string> NameArrays = new()
    {
        ["groups"] = "group",
        ["groupsNames"] = "group",
        ["topicNames"] = "topic",
        ["transactionalIds"] = "transaction",
        ["partitions"] = "partition",
        ["partitionIndexes"] = "partition",
    };

    private static readonly Dictionary<string, string> Fields = new()
    {
        ["throttleTimeMs"] = "throttle",
        ["errorCode"] = "error",
        ["partitionErrorCode"] = "error",
        ["acks"] = "acks",
        ["partitionIndex"] = "partition",
        ["partition"] = "partition",
        ["index"] = "partition",
        ["generationId"] = "generation",
        ["highWatermark"] = "highWatermark",
        ["committedOffset"] = "committed",
        ["recordsSizeInBytes"] = "records",
        ["topic"] = "topic",
        ["topicName"] = "topic",
        ["topicId"] = "topicId",
        ["groupId"] = "group",
        ["transactionalId"] = "transaction",
        ["v3AndBelowTransactionalId"] = "transaction",
        ["clientSoftwareName"] = "software",
        ["clientSoftwareVersion"] = "softwareVersion",
        ["mechanism"] = "mechanism",
        ["apiKey"] = "apiKey",
    };

    private static readonly Dictionary<string, string> Semantics = new()
    {
        ["ThrottleTimeMs"] = "throttle",
        ["ErrorCode"] = "error",
        ["TopicErrorCode"] = "error",
        ["PartitionErrorCode"] = "error",
        ["GroupErrorCode"] = "error",
        ["ElementErrorCode"] = "error",
        ["Acks"] = "acks",
        ["PartitionIndex"] = "partition",
        ["GenerationId"] = "generation",
        ["HighWatermark"] = "highWatermark",
        ["CommittedOffset"] = "committed",
        ["Records"] = "records",
        ["TopicName"] = "topic",
        ["TopicId"] = "topicId",
        ["GroupId"] = "group",
        ["TransactionalId"] = "transaction",
        ["ClientSoftwareName"] = "software",
        ["ClientSoftwareVersion"] = "softwareVersion",
        ["SaslMechanism"] = "mechanism",
        ["SupportedApiKey"] = "apiKey",
    };

    /// <summary>The log's entries by the client's port and the correlation id.</summary>
    public static Dictionary<(int ClientPort, int CorrelationId), (string Request, string Response)> Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var entries = new Dictionary<(int ClientPort, int CorrelationId), (string Request, string Response)>();
        while (reader.ReadLine() is { } line)
        {
            using var entry = JsonDocument.Parse(line);
            var root = entry.RootElement;
            var clientPort = int.Parse(root.GetProperty("connection").GetString()!.Split('-')[1].Split(':')[1], CultureInfo.InvariantCulture);
            var correlationId = root.GetProperty("requestHeader").GetProperty("correlationId").GetInt32();
            entries[(clientPort, correlationId)] = (Lines(root.GetProperty("request")), Lines(root.GetProperty("response")));
        }

        return entries;
    }

    /// <summary>What the reader said, in the same lines.</summary>
    public static string Normalise(IEnumerable<string> events) => string.Join('\n', events.Select(line => line.Split(' ', 3)).Where(words => Semantics.ContainsKey(words[0]))
        .Select(words => $"{Semantics[words[0]]} {(words.Length > 2 && words[2].StartsWith('\'') ? words[2].Trim('\'') : words[1])}"));

    private static string Lines(JsonElement body)
    {
        var lines = new List<string>();

        // Produce with acks 0 has a text in place of a response.
        if (body.ValueKind == JsonValueKind.Object) Collect(body, array: "", lines);
        return string.Join('\n', lines);
    }

    private static void Collect(JsonElement value, string array, List<string> lines)
    {
        var chosen = Chosen(value, array);
        foreach (var property in value.EnumerateObject())
        {
            if (property.Name is "key" or "coordinatorKeys" or "resourceName")
            {
                var names = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : Enumerable.Repeat(property.Value, 1);
                lines.AddRange(names.Where(_ => chosen is not null).Select(one => $"{chosen} {one}"));
                continue;
            }

            var name = property.Name == "name" && TopicArrays.Contains(array) ? "topic" : property.Name;
            if (property.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String && Fields.TryGetValue(name, out var field)) lines.Add($"{field} {property.Value}");
            else if (property.Value.ValueKind == JsonValueKind.Object) Collect(property.Value, array: "", lines);
            else if (property.Value.ValueKind == JsonValueKind.Array) CollectArray(property, lines);
        }
    }

    /// <summary>What the names in an object are by the type in it; those of ACLs, with a pattern type, are none.</summary>
    private static string? Chosen(JsonElement value, string array)
    {
        if (value.TryGetProperty("keyType", out var keyType)) return keyType.GetInt32() switch { 0 => "group", 1 => "transaction", _ => null };

        // FindCoordinator 0 knows groups only; in responses it stands in a list and no type beside it.
        if (array.Length == 0 && value.TryGetProperty("key", out _)) return "group";
        if (!value.TryGetProperty("resourceType", out var resourceType) || value.TryGetProperty("patternType", out _) || value.TryGetProperty("resourcePatternType", out _)) return null;
        return resourceType.GetInt32() switch { 2 => "topic", 32 => "group", _ => null };
    }

    private static void CollectArray(JsonProperty array, List<string> lines)
    {
        foreach (var element in array.Value.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Object) Collect(element, array.Name, lines);
            if (element.ValueKind is JsonValueKind.String or JsonValueKind.Number && NameArrays.TryGetValue(array.Name, out var field)) lines.Add($"{field} {element}");
        }
    }
}
