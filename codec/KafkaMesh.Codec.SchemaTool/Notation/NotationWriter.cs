using System.Text;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Notation;

/// <summary>
/// Writes the schema's own notation, one field per line, children indented by two spaces:
/// <code>
/// api KEY NAME
/// request|response VERSIONS [flexible VERSIONS]
///   NAME TYPE[?] [@VERSIONS] [?VERSIONS] [#TAG[@VERSIONS]] [=DEFAULT] [entity:NAME] [key] [ignorable] [never-flexible]
/// </code>
/// Versions are left out where they equal the parent's; <c>?</c> behind the type means nullable in all of the field's versions.
/// </summary>
internal static class NotationWriter
{
    public static string Write(ApiSpec api)
    {
        var text = new StringBuilder();
        text.Append($"api {api.Key} {api.Name}\n");
        foreach (var part in api.Requests.Concat(api.Responses)) Write(text, part, part.Type == MessageType.Request ? "request" : "response");
        return text.ToString();
    }

    public static string Write(IReadOnlyList<MessageSpec> messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages) Write(text, message, $"{(message.Type == MessageType.Header ? "header" : "data")} {message.Name}");
        return text.ToString().TrimStart('\n');
    }

    public static string Write(IReadOnlyList<KafkaError> errors)
    {
        var text = new StringBuilder();
        foreach (var error in errors) text.Append($"{error.Code} {error.Name}{(error.IsRetriable ? " retriable" : "")}\n");
        return text.ToString();
    }

    private static void Write(StringBuilder text, MessageSpec message, string title)
    {
        text.Append($"\n{title} {message.Versions}");
        if (!message.Flexible.IsNone) text.Append($" flexible {message.Flexible}");
        text.Append('\n');
        foreach (var field in message.Fields) Write(text, field, message.Versions, depth: 1);
    }

    private static void Write(StringBuilder text, FieldSpec field, VersionRange parent, int depth)
    {
        var isAlwaysNullable = field.Nullable == field.Versions;
        text.Append(' ', depth * 2).Append($"{field.Name} {field.Type}");
        if (isAlwaysNullable) text.Append('?');
        if (field.Versions != parent) text.Append($" @{field.Versions}");
        if (!field.Nullable.IsNone && !isAlwaysNullable) text.Append($" ?{field.Nullable}");
        if (!field.Tagged.IsNone) text.Append($" #{field.Tag}").Append(field.Tagged == field.Versions ? "" : $"@{field.Tagged}");
        if (field.Default is { } value) text.Append($" ={FormatDefault(field, value)}");
        if (field.EntityType is { } entity) text.Append($" entity:{entity}");
        if (field.IsMapKey) text.Append(" key");
        if (field.IsIgnorable) text.Append(" ignorable");
        if (field.IsNeverFlexible) text.Append(" never-flexible");
        text.Append('\n');
        foreach (var child in field.Fields) Write(text, child, field.Versions, depth + 1);
    }

    private static string FormatDefault(FieldSpec field, string value) => value.Any(char.IsWhiteSpace)
        ? throw new SchemaException($"field {field.Name}: the default '{value}' has white space, which the notation cannot hold.")
        : value;
}
