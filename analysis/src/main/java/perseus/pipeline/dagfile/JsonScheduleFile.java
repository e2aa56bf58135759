package perseus.pipeline.dagfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import perseus.io.JsonRefusal;
import perseus.io.Spelling;

/**
 * Holds the contents of a JSON file in which a user lists all operations of an iteration (see
 * {@link JsonSchedule}). Unknown keys are errors, and so are fractions where whole numbers are
 * needed. Otherwise, the schedule could differ from the schedule that the user means.
 *
 * @param operations operations in the order of the file; null if the file has no list of operations
 */
@JsonDeserialize(using = JsonScheduleFile.Reader.class)
record JsonScheduleFile(List<Entry> operations) {
  /**
   * Holds one operation of the file. Fields without a value in the file are null, or an empty list
   * of predecessors.
   *
   * @param line number of the line of the file where the operation begins, from 1
   */
  record Entry(
      int line,
      String id,
      Integer stage,
      Integer rank,
      String instruction,
      Integer microbatch,
      List<Predecessor> predecessors) {}

  /**
   * Holds one element of the list of predecessors of an operation.
   *
   * @param lagSeconds time in seconds from the end of the predecessor until its result arrives;
   *     null if the file does not state this time
   */
  record Predecessor(String id, Double lagSeconds) {
    /** Returns the lag in seconds, or -1 if the file does not state a lag. */
    double lagOrNegative() {
      return lagSeconds == null ? -1 : lagSeconds;
    }
  }

  /** Converts the JSON tokens of the file to operations. */
  static final class Reader extends JsonDeserializer<JsonScheduleFile> {
    private static final List<String> KEYS = List.of("operations", "schema_version");
    private static final List<String> OPERATION_KEYS =
        List.of("id", "stage", "rank", "instruction", "microbatch", "predecessors");

    private static final List<String> PREDECESSOR_KEYS = List.of("id", "lag_seconds");

    /**
     * The error message suggests a known key if the unknown key differs from it by at most this
     * number of letters.
     */
    private static final int MAX_WRONG_LETTERS = 4;

    @Override
    public JsonScheduleFile deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      require(in, JsonToken.START_OBJECT, "the file", "an object");
      List<Entry> operations = null;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String key = key(in, KEYS, "the file");
        in.nextToken();
        if (key.equals("operations") && in.currentToken() != JsonToken.VALUE_NULL) {
          require(in, JsonToken.START_ARRAY, "\"operations\"", "a list");
          operations = new ArrayList<>();
          while (in.nextToken() != JsonToken.END_ARRAY) {
            operations.add(operation(in, operations.size() + 1));
          }
        } else {
          in.skipChildren();
        }
      }
      return new JsonScheduleFile(operations);
    }

    private static Entry operation(JsonParser in, int number) throws IOException {
      String subject = "operation " + number;
      if (in.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      require(in, JsonToken.START_OBJECT, subject, "an object");
      int line = in.currentTokenLocation().getLineNr();
      String id = null;
      String instruction = null;
      Integer stage = null;
      Integer rank = null;
      Integer microbatch = null;
      List<Predecessor> predecessors = List.of();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String key = key(in, OPERATION_KEYS, subject);
        if (in.nextToken() == JsonToken.VALUE_NULL) {
          continue;
        }
        switch (key) {
          case "id" -> id = name(in, "the id of " + subject);
          case "instruction" -> {
            require(in, JsonToken.VALUE_STRING, "the instruction of " + subject, "text");
            instruction = in.getText();
          }
          case "stage" -> stage = whole(in, subject, key);
          case "rank" -> rank = whole(in, subject, key);
          case "microbatch" -> microbatch = whole(in, subject, key);
          default -> predecessors = predecessors(in, subject);
        }
      }
      return new Entry(line, id, stage, rank, instruction, microbatch, predecessors);
    }

    private static String key(JsonParser in, List<String> known, String subject)
        throws IOException {
      String key = in.currentName();
      if (!known.contains(key)) {
        String nearest =
            Collections.min(known, Comparator.comparingInt(other -> Spelling.distance(key, other)));
        throw refused(
            in,
            "%s has the unknown key \"%s\" (%s)"
                .formatted(
                    subject,
                    key,
                    Spelling.distance(key, nearest) <= MAX_WRONG_LETTERS
                        ? "is \"" + nearest + "\" meant?"
                        : "known are " + String.join(", ", known)));
      }
      return key;
    }

    private static int whole(JsonParser in, String subject, String key) throws IOException {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
          || in.getNumberType() != JsonParser.NumberType.INT) {
        String value = in.currentToken() == JsonToken.VALUE_STRING ? "'%s'" : "%s";
        throw refused(
            in,
            "%s has the %s %s, not a whole number"
                .formatted(subject, key, value.formatted(in.getText())));
      }
      return in.getIntValue();
    }

    private static List<Predecessor> predecessors(JsonParser in, String subject)
        throws IOException {
      require(
          in,
          JsonToken.START_ARRAY,
          "the value of \"predecessors\" of " + subject,
          "a list of ids");
      List<Predecessor> all = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        all.add(
            switch (in.currentToken()) {
              case START_OBJECT -> withLag(in, subject);
              case VALUE_NULL -> new Predecessor(null, null);
              default -> new Predecessor(name(in, subject + " has a predecessor whose id"), null);
            });
      }
      return all;
    }

    private static Predecessor withLag(JsonParser in, String subject) throws IOException {
      String predecessor = "a predecessor of " + subject;
      String id = null;
      Double lag = null;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String key = key(in, PREDECESSOR_KEYS, predecessor);
        in.nextToken();
        if (key.equals("id")) {
          id = name(in, "the id of " + predecessor);
        } else {
          if (!in.currentToken().isNumeric()) {
            throw refused(
                in, "%s has the lag %s, not a number".formatted(predecessor, in.getText()));
          }
          lag = in.getDoubleValue();
        }
      }
      if (id == null) {
        throw refused(in, predecessor + " has no id");
      }
      return new Predecessor(id, lag);
    }

    /** Reads an id, which is a text or a whole number. */
    private static String name(JsonParser in, String subject) throws IOException {
      if (in.currentToken() != JsonToken.VALUE_STRING
          && in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw refused(in, subject + " is not text");
      }
      return in.getText();
    }

    private static void require(JsonParser in, JsonToken token, String subject, String wanted)
        throws IOException {
      if (in.currentToken() != token) {
        throw refused(in, subject + " is not " + wanted);
      }
    }

    private static JsonRefusal refused(JsonParser in, String sentence) {
      return new JsonRefusal(in, sentence);
    }
  }
}
