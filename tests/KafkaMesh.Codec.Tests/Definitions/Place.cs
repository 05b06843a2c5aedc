namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>One structure around a field: what it names, once that was met.</summary>
internal sealed class Place(Place? parent)
{
    public string? Topic { get; set; }

    public string? TopicId { get; set; }

    public int? Partition { get; set; }

    public string? Group { get; set; }

    /// <summary>Whether this is the message itself.</summary>
    public bool IsMessage => parent is null;

    /// <summary>Whether the structure around this element is one of a topic.</summary>
    public bool IsInTopic => parent is { Topic: not null } or { TopicId: not null };

    /// <summary>Says where something in this structure happened. The message itself is no place.</summary>
    public string Describe() => $"topic={Find(one => one.Topic)}/{Find(one => one.TopicId)} partition={Find(one => one.Partition?.ToString())} group={Find(one => one.Group)}";

    private string? Find(Func<Place, string?> what) => parent is null ? null : what(this) ?? parent.Find(what);
}
