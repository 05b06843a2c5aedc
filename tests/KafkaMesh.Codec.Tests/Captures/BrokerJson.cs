using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Json;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>Holds the view of a body against the JSON that the broker wrote of it.</summary>
internal static class BrokerJson
{
    /// <summary>The log's bodies by the client's port and the correlation id.</summary>
    public static Dictionary<(int ClientPort, int CorrelationId), (JsonElement Request, JsonElement Response)> Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var entries = new Dictionary<(int ClientPort, int CorrelationId), (JsonElement Request, JsonElement Response)>();
        while (reader.ReadLine() is { } line)
        {
            var root = JsonDocument.Parse(line).RootElement;

            // The controller's connections are not in the recording.
            if (root.GetProperty("listener").GetString() == "CONTROLLER") continue;
            var clientPort = int.Parse(root.GetProperty("connection").GetString()!.Split('-')[1].Split(':')[1], CultureInfo.InvariantCulture);
            entries[(clientPort, root.GetProperty("requestHeader").GetProperty("correlationId").GetInt32())] = (root.GetProperty("request"), root.GetProperty("response"));
        }

        return entries;
    }

    public static void AssertEqual(Target target, byte[] body, JsonElement logged)
    {
        var (error, json) = View.Of(target, body);
        Assert.Equal((target, DecodeError.None), (target, error));
        using var view = JsonDocument.Parse(json);
        var part = Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version);
        AssertObject(target, part.Fields, view.RootElement, logged);
    }

    private static void AssertObject(Target target, IReadOnlyList<FieldSpec> fields, JsonElement view, JsonElement logged)
    {
        var left = logged.EnumerateObject().Select(property => property.Name).ToHashSet();
        foreach (var property in view.EnumerateObject().Where(property => property.Name[0] != '_'))
        {
            var field = fields.Single(field => string.Equals(field.Name, property.Name, StringComparison.OrdinalIgnoreCase) && field.Versions.Contains(target.Version));
            var loggedName = field.Type.Name == "records" ? property.Name + "SizeInBytes" : property.Name;
            Assert.True(left.Remove(loggedName), $"{target}: the log has no {property.Name}, the view has {property.Value}");
            AssertValue(target, field, property.Value, logged.GetProperty(loggedName));
        }

        Assert.Empty(left);
    }

    private static void AssertValue(Target target, FieldSpec field, JsonElement view, JsonElement logged)
    {
        if (field.Type.Name == "records") Assert.Equal(logged.GetInt32(), view.ValueKind == JsonValueKind.Null ? 0 : view.GetProperty("sizeInBytes").GetInt32());
        else if (field.Fields.Count == 0 || view.ValueKind == JsonValueKind.Null) Assert.True(JsonElement.DeepEquals(view, logged), $"{target} {field.Name}: {view} is not {logged}");
        else if (!field.Type.IsArray) AssertObject(target, field.Fields, view, logged);
        else
        {
            Assert.Equal(logged.GetArrayLength(), view.GetArrayLength());
            foreach (var (ours, theirs) in view.EnumerateArray().Zip(logged.EnumerateArray())) AssertObject(target, field.Fields, ours, theirs);
        }
    }
}
