package perseus.chart.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import perseus.pipeline.Instruction;

/** Defines the fonts, colours and lines that all charts share. */
public final class Theme {
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 19);
  static final Font SUBTITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  public static final Font PANEL_TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  public static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  public static final Font TINY = new Font(Font.SANS_SERIF, Font.PLAIN, 9);

  public static final Color INK = new Color(0x22, 0x22, 0x22);
  public static final Color MUTED = new Color(0x5F, 0x5F, 0x5F);
  static final Color GRID = new Color(0xE8, 0xE8, 0xE8);
  static final Color AXIS = new Color(0x9A, 0x9A, 0x9A);

  /** Colour of the time spans in a chart during which a stage waits. */
  public static final Color WAITING = new Color(0xE4, 0xE4, 0xE4);

  // Most colours of charts are from the palette of Okabe and Ito. Most people with colour blindness
  // can distinguish them.
  public static final Color BLUE = new Color(0x00, 0x72, 0xB2);
  public static final Color SKY = new Color(0x56, 0xB4, 0xE9);
  public static final Color VERMILLION = new Color(0xD5, 0x5E, 0x00);
  public static final Color GREEN = new Color(0x00, 0x9E, 0x73);
  public static final Color PURPLE = new Color(0xCC, 0x79, 0xA7);
  public static final Color ORANGE = new Color(0xE6, 0x9F, 0x00);

  /**
   * Colour of backward instructions in charts. The colour of backward instructions is much darker
   * than the colour of forward instructions, so that a black-and-white print shows the difference.
   */
  public static final Color NAVY = new Color(0x0B, 0x3C, 0x6F);

  private static final List<Instruction> EXECUTION_ORDER =
      List.of(
          Instruction.LOAD,
          Instruction.FORWARD,
          Instruction.RECOMPUTATION,
          Instruction.BACKWARD,
          Instruction.REDUCE_GRADS,
          Instruction.OPTIMIZER_STEP);

  /**
   * Sorts kinds of instructions in the order in which an iteration executes them. Kinds of
   * instructions that this class does not know come last, sorted by name.
   */
  public static final Comparator<Instruction> BY_EXECUTION_ORDER =
      Comparator.comparingInt(
              (Instruction instruction) ->
                  EXECUTION_ORDER.contains(instruction)
                      ? EXECUTION_ORDER.indexOf(instruction)
                      : EXECUTION_ORDER.size())
          .thenComparing(Comparator.naturalOrder());

  private Theme() {}

  /**
   * Returns the label of an instruction in charts, such as {@code F3} for the forward instruction
   * of microbatch 3.
   *
   * @param microbatch number of the microbatch, from 0; a negative number means that the
   *     instruction belongs to no microbatch
   */
  public static String labelOf(Instruction instruction, int microbatch) {
    String letter = instruction.name().substring(0, 1).toUpperCase(Locale.ROOT);
    return microbatch < 0 ? letter : letter + microbatch;
  }

  /**
   * Returns the colour of text, either dark or white, that has more contrast with the colour {@code
   * background}. The contrast is computed as the Web Content Accessibility Guidelines define it.
   */
  public static Color readableOn(Color background) {
    double light = luminance(background) + 0.05;
    return light / (luminance(INK) + 0.05) > (luminance(Color.WHITE) + 0.05) / light
        ? INK
        : Color.WHITE;
  }

  private static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  /** Converts a colour level of sRGB (0 to 255) approximately to linear light (0 to 1). */
  private static double linear(int level) {
    return Math.pow(level / 255.0, 2.2);
  }

  /**
   * Returns a stroke (drawing style) for lines with round ends.
   *
   * @param width width of the lines in typographic points
   */
  public static BasicStroke stroke(double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }
}
