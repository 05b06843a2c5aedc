using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>The arrays that enclose the current element. The schema tool refuses a program that nests deeper.</summary>
[InlineArray(Depth)]
internal struct ArrayStack
{
    /// <summary>Deepest nesting of arrays that a program may have; Kafka's deepest is 4.</summary>
    public const int Depth = 8;

    private Level _first;

    /// <summary>One array: where its element's program starts and how many elements are left with the current one.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Level
    {
        public int ElementStart;
        public int ElementsLeft;
    }
}
