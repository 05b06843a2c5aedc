using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>The definitions of one Kafka release, or all that an earlier import joined.</summary>
internal sealed class KafkaLayer
{
    private KafkaLayer(IReadOnlyList<MessageSpec> messages) => Messages = messages;

    public IReadOnlyList<MessageSpec> Messages { get; }

    /// <summary>Reads all definitions of a directory or jar; a directory in our own notation is a layer too.</summary>
    /// <exception cref="SchemaException">The source holds none, or one that cannot be accepted.</exception>
    public static KafkaLayer Read(string source)
    {
        if (SchemaFiles.IsSchema(source))
        {
            var schema = SchemaFiles.Load(source);
            return new KafkaLayer([.. schema.Apis.SelectMany(api => api.Requests.Concat(api.Responses)), .. schema.Headers, .. schema.Data]);
        }

        var messages = DefinitionSource.Read(source).Select(file => KafkaJsonReader.Read(file.Name, file.Json)).OfType<MessageSpec>().ToList();
        if (messages.Count == 0) throw new SchemaException($"{source}: no definition of a request, response, header or consumer protocol in it.");
        RefuseDuplicates(source, messages);
        return new KafkaLayer(messages);
    }

    /// <summary>This layer's request or response of that key, in the parts that it has.</summary>
    public IEnumerable<MessageSpec> Find(MessageType type, short apiKey) => Messages.Where(message => message.Type == type && message.ApiKey == apiKey);

    /// <summary>This layer's message of that name, in the parts that it has.</summary>
    public IEnumerable<MessageSpec> Find(string name) => Messages.Where(message => message.Name == name);

    private static void RefuseDuplicates(string source, List<MessageSpec> messages)
    {
        var twice = messages.Where(message => message.ApiKey >= 0)
            .GroupBy(message => (message.Type, message.ApiKey))
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is null) return;
        var names = string.Join(" and ", twice.Select(message => message.Name));
        throw new SchemaException($"{source}: {names} have the same API key; give one release per directory.");
    }
}
