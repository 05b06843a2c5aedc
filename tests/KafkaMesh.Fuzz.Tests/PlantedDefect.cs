namespace KafkaMesh.Fuzz.Tests;

/// <summary>What is wrong with a <see cref="PlantedTarget"/>.</summary>
internal enum PlantedDefect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A length is used without a check.</summary>
    UncheckedLength,

    /// <summary>A length sizes an allocation.</summary>
    AllocatesByLength,

    /// <summary>One byte behind the input is read.</summary>
    ReadsBeyond,

    /// <summary>What it says depends on how the bytes are cut.</summary>
    DependsOnPieces,

    /// <summary>It throws for one size with one begin of the body only.</summary>
    DeepValue,
}
