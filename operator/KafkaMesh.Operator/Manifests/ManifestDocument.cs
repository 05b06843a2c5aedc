using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Manifests;

/// <summary>One document of a manifest file, or the text between two: a file's documents in order make up its text.</summary>
internal sealed record ManifestDocument
{
    /// <summary>File, or <c>standard input</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Number among the documents with content, from 1; 0 for text without content.</summary>
    public int Number { get; init; }

    /// <summary>Line in the file where the text begins, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The text, with the <c>---</c> before it and the comments around it.</summary>
    public required string Text { get; init; }

    /// <summary>YAML or JSON.</summary>
    public required ManifestFormat Format { get; init; }

    /// <summary>What it reads as; null: comments, white space or nothing.</summary>
    public JsonObject? Content { get; init; }
}
