using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>The definitions of one Kafka release: a directory of JSON files.</summary>
internal sealed class KafkaLayer
{
    private KafkaLayer(string directory, IReadOnlyList<MessageSpec> messages)
    {
        Directory = directory;
        Messages = messages;
    }

    public string Directory { get; }

    public IReadOnlyList<MessageSpec> Messages { get; }

    /// <summary>Reads all definitions of a directory.</summary>
    /// <exception cref="SchemaException">The directory holds none, or one that cannot be accepted.</exception>
    public static KafkaLayer Read(string directory)
    {
        if (!System.IO.Directory.Exists(directory)) throw new SchemaException($"{directory}: no such directory; give one with Kafka's *.json definitions.");
        var messages = System.IO.Directory.GetFiles(directory, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(file => KafkaJsonReader.Read(file, File.ReadAllBytes(file)))
            .OfType<MessageSpec>()
            .ToList();
        if (messages.Count == 0) throw new SchemaException($"{directory}: no *.json definitions of Kafka messages in it.");
        RefuseDuplicates(directory, messages);
        return new KafkaLayer(directory, messages);
    }

    /// <summary>This release's request, response or header of that key and kind; null when it has none.</summary>
    public MessageSpec? Find(MessageType type, short apiKey) => Messages.FirstOrDefault(message => message.Type == type && message.ApiKey == apiKey);

    /// <summary>This release's message of that name; null when it has none.</summary>
    public MessageSpec? Find(string name) => Messages.FirstOrDefault(message => message.Name == name);

    private static void RefuseDuplicates(string directory, List<MessageSpec> messages)
    {
        var twice = messages.Where(message => message.ApiKey >= 0)
            .GroupBy(message => (message.Type, message.ApiKey))
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is null) return;
        var names = string.Join(" and ", twice.Select(message => message.Name));
        throw new SchemaException($"{directory}: {names} have the same API key; give one release per directory.");
    }
}
